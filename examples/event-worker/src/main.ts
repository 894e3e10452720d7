import { createReminders } from './service';

void createReminders().start();
