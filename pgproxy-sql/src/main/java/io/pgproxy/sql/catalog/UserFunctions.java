package io.pgproxy.sql.catalog;

/** What becomes of calls to functions that are not built in and that no rule names. */
public enum UserFunctions {
    /** They pass as {@link FunctionVerdict.Unknown}: the server's READ ONLY transaction is the guard. */
    PASS,
    /**
     * They pass so if the catalogue says that each function that may be meant is IMMUTABLE or STABLE, and is written in
     * a trusted language or belongs to an extension. What a catalogue does not tell is refused.
     */
    STABLE_ONLY,
    /** They are refused. */
    REFUSE
}
