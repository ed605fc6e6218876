/** See play-sessions.ts. */
import { playPart } from './play-sessions.ts';

playPart(1);
