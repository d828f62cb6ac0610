package io.pgproxy.cache;

/**
 * What a cache has done since it was made, and what it holds. The parts are read one after another.
 *
 * @param hits executions that were served a fresh result
 * @param stale executions that were served a result that had expired, while another session renewed it
 * @param shared executions that were served what another session had asked for at the same time
 * @param misses executions that could have been served, and went upstream
 * @param uncacheable reads that went upstream because their results must not be kept: of what they call or read, or of
 *     the state of their session
 * @param stored results that were kept
 * @param abandoned results that were to be kept and were not: an error, too large, a notice, a client that went
 * @param overtaken results that were not kept or were dropped because what they had been read from was written to
 * @param resets how often everything was dropped
 * @param entries how many results there are
 * @param bytes how many bytes they and their keys take, more or less
 */
public record CacheStatistics(
        long hits,
        long stale,
        long shared,
        long misses,
        long uncacheable,
        long stored,
        long abandoned,
        long overtaken,
        long resets,
        long entries,
        long bytes) {}
