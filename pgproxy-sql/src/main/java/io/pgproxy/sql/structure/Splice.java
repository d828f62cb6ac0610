package io.pgproxy.sql.structure;

/**
 * A piece of a text to be replaced, or a place where something is put in.
 *
 * @param start the offset of the first byte to go
 * @param end the offset behind the last byte to go; the same as {@code start} to put something in
 * @param text what comes there
 */
public record Splice(int start, int end, String text) {
    /**
     * Checks the order of the offsets.
     *
     * @param start the first byte to go
     * @param end behind the last byte to go
     * @param text what comes there
     * @throws IllegalArgumentException if it would begin before the text or end before it begins
     */
    public Splice {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no place: " + start + " to " + end);
        }
    }

    /**
     * Puts something in the place of a piece of text.
     *
     * @param span the piece
     * @param text what comes there
     * @return the splice
     */
    public static Splice replace(Span span, String text) {
        return new Splice(span.start(), span.end(), text);
    }

    /**
     * Puts something in.
     *
     * @param offset the byte in front of which it comes
     * @param text what comes there
     * @return the splice
     */
    public static Splice insert(int offset, String text) {
        return new Splice(offset, offset, text);
    }
}
