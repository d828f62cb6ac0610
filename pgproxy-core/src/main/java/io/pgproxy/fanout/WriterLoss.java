package io.pgproxy.fanout;

/** What becomes of a writer that cannot be reached, or whose connection is lost. */
public enum WriterLoss {
    /** Nothing can be written without it: sessions end, and nobody can log in. */
    REJECT,
    /**
     * It is taken out, and the others go on without it until it is {@linkplain FanOut#unfence brought back}. The last
     * of them is never taken out.
     */
    FENCE
}
