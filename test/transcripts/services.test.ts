// The concepts of Services, one by one: test/transcripts/services.
import { testTranscripts, transcripts } from './run.js';

testTranscripts(transcripts.filter((f) => /^services\/[^/]+$/.test(f)));
