// All transcripts but those of Services, and the README.
import { testTranscripts, transcripts } from './run.js';

testTranscripts(transcripts.filter((f) => !f.startsWith('services/')));
