package io.pgproxy.routing;

/**
 * What a node has answered.
 *
 * @param recovering whether it is a standby
 * @param lsn where it is: of a standby what it has replayed, of a writer where its WAL ends; -1 if it does not know
 * @param received of a standby what has come; -1 if it does not know
 * @param showsAge of a standby how old the last transaction is that it has replayed, in nanoseconds by its own clock;
 *     -1 if there is none
 * @param asked when it was asked, by {@link System#nanoTime}: what had been committed by then the LSN covers
 */
record Sample(boolean recovering, long lsn, long received, long showsAge, long asked) {}
