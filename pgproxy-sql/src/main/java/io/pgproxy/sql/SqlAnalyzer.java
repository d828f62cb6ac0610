package io.pgproxy.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.pgproxy.sql.lexer.LexerLimits;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * Tells what SQL texts do, and remembers it: a text that comes again costs a look-up and no allocation. Safe for any
 * number of threads; one serves a whole process. Close it when done: that ends the threads on which structure is
 * parsed.
 *
 * <p>A text is remembered when it comes for the second time, so that texts seen once neither cost an insertion nor push
 * others out. Entries are found by a hash with a secret seed and compared byte by byte.
 */
public final class SqlAnalyzer implements AutoCloseable {
    private final LexerLimits limits;
    private final int longestRemembered;
    private final Cache<TextKey, SqlAnalysis> remembered;
    private final Doorkeeper doorkeeper = new Doorkeeper();
    private final TextHash hash;
    private final ThreadLocal<Scratch> scratch;

    SqlAnalyzer(SqlAnalyzerBuilder settings) {
        this.limits = settings.limits();
        this.longestRemembered = (int) Math.min(Integer.MAX_VALUE, settings.rememberedBytes() / 64);
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(settings.rememberedBytes())
                .<TextKey, SqlAnalysis>weigher((key, analysis) -> analysis.weight())
                .executor(Runnable::run)
                .recordStats()
                .build();
        SecureRandom random = new SecureRandom();
        this.hash = new TextHash(random.nextLong(), random.nextLong());
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(limits));
    }

    /** An analyzer with the settings of {@link SqlAnalyzerBuilder}. */
    public static SqlAnalyzerBuilder builder() {
        return new SqlAnalyzerBuilder();
    }

    /**
     * What a text does, with standard_conforming_strings on.
     *
     * @param sql any text
     */
    public SqlAnalysis analyze(String sql) {
        return analyze(sql, true);
    }

    /**
     * What a text does.
     *
     * @param sql any text
     * @param standardConformingStrings the session's setting of that name
     */
    public SqlAnalysis analyze(String sql, boolean standardConformingStrings) {
        Scratch mine = scratch.get();
        int length = mine.encode(sql);
        return length < 0
                ? analyze(mine, SqlText.of(sql), standardConformingStrings)
                : analyze(mine, mine.encoded(), 0, length, standardConformingStrings);
    }

    /**
     * What a text does that came as bytes.
     *
     * @param text holds the text; is copied if it is kept
     * @param from the text's first byte
     * @param to the offset behind its last byte, a closing zero not included
     * @param standardConformingStrings the session's setting of that name
     * @throws IndexOutOfBoundsException if the array is shorter
     */
    public SqlAnalysis analyze(byte[] text, int from, int to, boolean standardConformingStrings) {
        Objects.checkFromToIndex(from, to, text.length);
        return analyze(scratch.get(), text, from, to, standardConformingStrings);
    }

    private SqlAnalysis analyze(Scratch mine, byte[] bytes, int from, int to, boolean standardConformingStrings) {
        TextKey probe = mine.probe().pointTo(bytes, from, to, standardConformingStrings, hash.of(bytes, from, to));
        SqlAnalysis known = remembered.getIfPresent(probe);
        if (known != null) {
            mine.release();
            return known;
        }
        SqlText text = SqlText.owning(Arrays.copyOfRange(bytes, from, to));
        SqlAnalysis analysis = SqlAnalysis.of(text, standardConformingStrings, limits, mine);
        if (to - from <= longestRemembered && doorkeeper.knows(probe.hash())) {
            remembered.put(probe.storedWith(text.array()), analysis);
        }
        mine.release();
        return analysis;
    }

    private SqlAnalysis analyze(Scratch mine, SqlText text, boolean standardConformingStrings) {
        if (text.isEncodable()) {
            byte[] bytes = text.array();
            return analyze(mine, bytes, 0, bytes.length, standardConformingStrings);
        }
        return SqlAnalysis.of(text, standardConformingStrings, limits, mine);
    }

    /** How well it remembers; to be asked for now and then. */
    public AnalyzerStatistics statistics() {
        remembered.cleanUp();
        CacheStats stats = remembered.stats();
        long weight =
                remembered.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        return new AnalyzerStatistics(stats.hitCount(), stats.missCount(), remembered.estimatedSize(), weight);
    }

    @Override
    public void close() {
        remembered.invalidateAll();
    }
}
