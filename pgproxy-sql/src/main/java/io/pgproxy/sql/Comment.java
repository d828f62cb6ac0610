package io.pgproxy.sql;

/**
 * A comment beside a statement, as tracing tools (sqlcommenter) and hints write them.
 *
 * @param start the offset in bytes of its first dash or slash
 * @param end the offset in bytes behind it, without the end of the line
 * @param body what stands in it, without {@code --}, {@code /*} and blanks at both ends
 */
public record Comment(int start, int end, String body) {

    /** {@return where it stands, without its body: a client's words do not belong into logs} */
    @Override
    public String toString() {
        return "comment at " + start;
    }
}
