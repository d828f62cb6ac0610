package io.pgproxy.sql;

import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.structure.StructureSettings;

/** Settings of a {@link SqlAnalyzer}. Each has a default; not thread-safe. */
public final class SqlAnalyzerBuilder {
    private LexerLimits limits = LexerLimits.DEFAULT;
    private StructureSettings structure = StructureSettings.DEFAULT;
    private long rememberedBytes = 16L << 20;

    SqlAnalyzerBuilder() {}

    /**
     * What counts as too complex; {@link LexerLimits#DEFAULT} if not set.
     *
     * @param newLimits for each text
     * @return this
     */
    public SqlAnalyzerBuilder limits(LexerLimits newLimits) {
        limits = newLimits;
        return this;
    }

    /**
     * How much heap the remembered texts and structures may take; 16 MiB if not set. A text of more than a sixty-fourth
     * of it is not remembered.
     *
     * @param bytes 0 to remember nothing
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public SqlAnalyzerBuilder rememberedBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("remembered bytes must not be negative: " + bytes);
        }
        rememberedBytes = bytes;
        return this;
    }

    /**
     * How much the look for structure may use; {@link StructureSettings#DEFAULT} if not set.
     *
     * @param settings threads, queue, deadline
     * @return this
     */
    public SqlAnalyzerBuilder structure(StructureSettings settings) {
        structure = settings;
        return this;
    }

    LexerLimits limits() {
        return limits;
    }

    long rememberedBytes() {
        return rememberedBytes;
    }

    StructureSettings structure() {
        return structure;
    }

    /** {@return the analyzer} */
    public SqlAnalyzer build() {
        return new SqlAnalyzer(this);
    }
}
