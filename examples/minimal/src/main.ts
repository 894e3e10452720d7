import { createGreeter } from './service';

void createGreeter().start();
