package io.pgproxy.cache;

/**
 * Which reads a host wants to be kept.
 *
 * @param tables by what they read
 * @param declared what is declared of functions
 * @param foreignTables whether foreign tables may be read; what changes them is not seen
 * @param systemTables whether system catalogues may be read; what changes them is not seen
 */
record ReadRules(TableRules tables, Declarations declared, boolean foreignTables, boolean systemTables) {
    static final ReadRules DEFAULT = new ReadRules(TableRules.NONE, Declarations.NONE, false, false);
}
