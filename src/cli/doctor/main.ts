import { beginWhenTold } from './run-patient';

beginWhenTold(process);
