import { createCatalog } from './service';

void createCatalog().start();
