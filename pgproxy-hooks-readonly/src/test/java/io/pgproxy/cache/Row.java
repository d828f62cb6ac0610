package io.pgproxy.cache;

/**
 * A row of any table of the {@link World}.
 *
 * @param slot which row it is
 * @param extra what the query adds that depends on the session or a parameter; empty if nothing
 */
record Row(String slot, long version, String tag, String extra) {}
