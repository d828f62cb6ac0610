package io.pgproxy.sql.structure;

/**
 * A piece of the original text, in bytes of UTF-8.
 *
 * @param start the offset of its first byte
 * @param end the offset behind its last byte
 */
public record Span(int start, int end) {
    /**
     * Checks the order of the offsets.
     *
     * @param start the offset of its first byte
     * @param end the offset behind its last byte
     * @throws IllegalArgumentException if it would begin before the text or end before it begins
     */
    public Span {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no span: " + start + " to " + end);
        }
    }

    /**
     * How many bytes it has.
     *
     * @return 0 if it is a place between two bytes
     */
    public int length() {
        return end - start;
    }

    /**
     * Whether the other one lies within this one.
     *
     * @param other may be equal to this one
     * @return true also if both are the same
     */
    public boolean contains(Span other) {
        return start <= other.start && other.end <= end;
    }
}
