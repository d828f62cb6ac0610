package io.pgproxy.sql.structure;

/** Where the places of one text are in another one that has the same tokens but for its constants. */
@FunctionalInterface
public interface Places {
    /**
     * The same place in the other text.
     *
     * @param place a piece of the first text that begins and ends with a token
     * @return a piece of the other text
     */
    Span moved(Span place);
}
