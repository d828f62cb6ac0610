package io.pgproxy.sql;

import java.util.Arrays;

/** What an analysis is found by: the exact text and the setting that decides how it reads. */
final class TextKey {
    private byte[] text = {};
    private int from;
    private int to;
    private boolean standardConformingStrings;
    private long hash;

    /** Becomes the key of another text; only for a key that looks up, never for one that is stored. */
    TextKey pointTo(byte[] newText, int newFrom, int newTo, boolean standardConforming, long newHash) {
        text = newText;
        from = newFrom;
        to = newTo;
        standardConformingStrings = standardConforming;
        hash = newHash;
        return this;
    }

    TextKey storedWith(byte[] ownText) {
        return new TextKey().pointTo(ownText, 0, ownText.length, standardConformingStrings, hash);
    }

    long hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextKey key
                && hash == key.hash
                && standardConformingStrings == key.standardConformingStrings
                && Arrays.equals(text, from, to, key.text, key.from, key.to);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
