// A filter from npm as a process: `node peer.mjs NAME`. The first line of standard input is a JSON array of words, each
// further line a message as a JSON string, which is answered by 1 (hit) or 0.

import { createInterface } from "node:readline";

const filters = {
    // As its guide shows: words are found anywhere, after the recommended transformations.
    async obscenity(words) {
        const { DataSet, RegExpMatcher, englishRecommendedTransformers, parseRawPattern } =
            await import("obscenity");
        const data = new DataSet();
        for (const word of words) {
            const pattern = parseRawPattern(word.replace(/[[\]?|\\]/g, "\\$&"));
            data.addPhrase((phrase) => phrase.setMetadata({ word }).addPattern(pattern));
        }
        const matcher = new RegExpMatcher({ ...data.build(), ...englishRecommendedTransformers });
        return (text) => matcher.hasMatch(text);
    },

    async "glin-profanity"(words) {
        const { Filter } = await import("glin-profanity");
        const filter = new Filter({ languages: [], customWords: words, detectLeetspeak: true });
        return (text) => filter.checkProfanity(text).containsProfanity;
    },

    async "@2toad/profanity"(words) {
        const { Profanity } = await import("@2toad/profanity");
        const { profaneWords } = await import("@2toad/profanity/dist/data/index.js");
        const filter = new Profanity();
        // It needs a language, whose words are those of its own list.
        filter.removeWords([...profaneWords.get("en")]);
        filter.addWords(words);
        return (text) => filter.exists(text);
    },
};

let hits;
for await (const line of createInterface({ input: process.stdin })) {
    const value = JSON.parse(line);
    if (hits === undefined) {
        hits = await filters[process.argv[2]](value);
    } else {
        process.stdout.write(hits(value) ? "1\n" : "0\n");
    }
}
