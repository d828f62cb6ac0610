package io.pgproxy.hook;

/** What a cache does for an execution. */
public sealed interface CacheUse {
    /**
     * The upstream is not asked.
     *
     * @param recording what was recorded for the same statement, parameters and formats, under the same settings of
     *     {@link Execution#terms}: the cache's key has to hold them, for nobody else checks it
     */
    record Serve(Recording recording) implements CacheUse {}

    /**
     * The upstream is asked, and what it answers is copied.
     *
     * @param recorder is given the copy
     * @param maxBytes what is longer is not kept
     */
    record Keep(Recorder recorder, long maxBytes) implements CacheUse {}
}
