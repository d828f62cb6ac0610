package io.pgproxy.sql.catalog;

/**
 * What calling a function does beside giving a result. It is judged by what a READ ONLY transaction lets pass: a
 * function that only reads the tables of its query has no effect, however it gets at them.
 */
public enum FunctionEffect {
    /**
     * None, and the same result as long as arguments, tables and {@linkplain ResultSettings settings} stay. The words
     * {@code now} and {@code today} in a date are input, not a call: whoever keeps results must look for them in
     * literals and parameters too.
     */
    NONE("has no effect"),
    /** None, but clock, chance, session, server or catalogue decide about the result, so that nobody may keep it. */
    NON_DETERMINISTIC("gives another result each time"),
    /** Changes what only this session sees and what ends with it, such as the seed of {@code random()}. */
    SESSION_STATE("changes the state of its session"),
    /** Lets time pass. */
    SLEEPS("sleeps"),
    /**
     * Runs a text as a query, or reads a table whose name is in a value: a query's text does not tell what it reads.
     */
    READS_BY_NAME_OR_TEXT("reads what a text names"),
    /** Changes a setting, which may be the one that keeps the session from writing. */
    SETS_SETTING("changes settings"),
    /** Moves a sequence, also out of a transaction that is rolled back. */
    SEQUENCE("moves a sequence"),
    /** Takes a lock that other sessions wait for. */
    LOCKS("takes locks that others wait for"),
    /** Sends a notification to other sessions. */
    NOTIFIES("notifies other sessions"),
    /** Makes, changes, deletes or reads large objects, which READ ONLY does not guard before PostgreSQL 16. */
    LARGE_OBJECT("works on large objects"),
    /** Reads, lists or writes files of the server. */
    SERVER_FILES("reaches files of the server"),
    /** Ends, cancels or talks to other sessions. */
    OTHER_SESSIONS("reaches into other sessions"),
    /** Changes what the whole server has: its log, slots, statistics, backups, settings, indexes. */
    ADMINISTERS("administers the server"),
    /** Opens a connection to somewhere else; what it does there no transaction of this server guards. */
    OTHER_SERVER("connects to another server"),
    /** Is for triggers, types, indexes and languages, which the server itself calls; no statement has a reason to. */
    INTERNAL("is for the server itself"),
    /** Nobody has looked. */
    UNKNOWN("may have any effect");

    private final String words;

    FunctionEffect(String words) {
        this.words = words;
    }

    /**
     * Whether a session that may only read may have it.
     *
     * @return true for {@link #NONE}, {@link #NON_DETERMINISTIC}, {@link #SESSION_STATE} and {@link #SLEEPS}
     */
    public boolean isHarmless() {
        return compareTo(SLEEPS) <= 0;
    }

    /**
     * The effect as the end of a sentence that begins with the function's name.
     *
     * @return such as {@code reaches files of the server}
     */
    public String words() {
        return words;
    }
}
