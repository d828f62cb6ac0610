package io.pgproxy.routing;

/**
 * What a split has decided so far. Each exchange counts once, in the first of these that fits, from the top.
 *
 * @param writes went to the writer, as they may write, or are not known to be reads that any server may answer
 * @param reads went to readers
 * @param bound went to the writer although they read: their session has temporary objects or cursors there
 * @param afterWrites went to the writer although they read: a write of their session had not ended
 * @param lagging went to the writer although they read: no reader was there, or near enough to the writer
 * @param stale went to the writer although they read: no reader was known to have replayed what their session wrote
 * @param waited how many waited for a reader to replay, whatever came of it; counted once more where they went
 */
public record SplitCounts(
        long writes, long reads, long bound, long afterWrites, long lagging, long stale, long waited) {}
