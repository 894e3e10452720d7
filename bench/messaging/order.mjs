// What is published and sent: an order of 1,000 bytes of JSON.
const line = (number) => ({
  sku: `SKU-${10_000 + number}`,
  name: `Article number ${number}`,
  quantity: number,
  unitPriceCents: 1_990 + number,
});

export const order = {
  orderId: 'ord-7f3c2a91-5d0e-4c1b-9b7a-2f6e8d4c0a11',
  placedAt: '2026-01-15T10:20:30.400Z',
  customer: { id: 'cus-48213', name: 'Ada Lovelace', email: 'ada@example.org', country: 'GB' },
  currency: 'EUR',
  lines: [1, 2, 3, 4, 5, 6, 7].map(line),
  totalCents: 55_860,
  note: '',
};
order.note = 'n'.repeat(1_000 - JSON.stringify(order).length);

export const encode = (value) => Buffer.from(JSON.stringify(value));
export const decode = (content) => JSON.parse(content.toString());

const isText = (value) => typeof value === 'string' && value.length > 0;
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isLine = (value) =>
  isText(value.sku) && isText(value.name) && isCount(value.quantity) && isCount(value.unitPriceCents);
const isCustomer = (value) => isText(value?.id) && isText(value.name) && isText(value.email) && isText(value.country);

function isOrder(value) {
  return (
    isText(value?.orderId) &&
    isText(value.placedAt) &&
    isCustomer(value.customer) &&
    isText(value.currency) &&
    Array.isArray(value.lines) &&
    value.lines.every(isLine) &&
    isCount(value.totalCents) &&
    isText(value.note)
  );
}

/** Looks at every field. Written by hand, so that no validator's speed is measured with keelson's. */
export const orderSchema = {
  '~standard': {
    version: 1,
    vendor: 'bench',
    validate: (value) => (isOrder(value) ? { value } : { issues: [{ message: 'is not an order' }] }),
  },
};
