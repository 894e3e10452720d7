import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A DER element: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const ecdsaSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const commonName = der(0x06, Buffer.from('550403', 'hex'));
const alternativeName = der(0x06, Buffer.from('551d11', 'hex'));
const basicConstraints = der(0x06, Buffer.from('551d13', 'hex'));
const yes = der(0x01, Buffer.from([0xff]));

const newKeys = (): { privateKey: KeyObject; publicKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });
const nameOf = (name: string): Buffer => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));
const time = (text: string): Buffer => der(0x18, Buffer.from(text));
const extension = (...parts: readonly Buffer[]): Buffer =>
  sequence(...parts.slice(0, -1), der(0x04, ...parts.slice(-1)));

/** A key and its certificate, in PEM form: made here, so that none lies in the repository. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Who signs, and what for: an authority signs others, all else is for 127.0.0.1. */
interface Signed {
  readonly name: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly by: KeyObject;
  readonly authority: boolean;
}

function certificate({ name, issuer, publicKey, by, authority }: Signed): string {
  const address = sequence(der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = authority ? extension(basicConstraints, yes, sequence(yes)) : extension(alternativeName, address);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...randomBytes(8)])),
    ecdsaSha256,
    nameOf(issuer),
    sequence(time('20200101000000Z'), time('20990101000000Z')),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, by));
  const base64 = sequence(body, ecdsaSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** For 127.0.0.1, signed by itself. */
export function selfSigned(name: string): KeyAndCertificate {
  const { privateKey, publicKey } = newKeys();
  const cert = certificate({ name, issuer: name, publicKey, by: privateKey, authority: false });
  return { key: pem(privateKey), cert };
}

/** An authority: its certificate, and how it signs those of others for 127.0.0.1. */
export function authority(issuer: string): { readonly cert: string; sign(name: string): KeyAndCertificate } {
  const own = newKeys();
  const by = own.privateKey;
  return {
    cert: certificate({ name: issuer, issuer, publicKey: own.publicKey, by, authority: true }),
    sign: (name) => {
      const { privateKey, publicKey } = newKeys();
      return { key: pem(privateKey), cert: certificate({ name, issuer, publicKey, by, authority: false }) };
    },
  };
}
