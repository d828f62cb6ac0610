package io.pgproxy.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.StructureParser;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Tells what SQL texts do, and remembers it: a text that comes again costs a look-up and no allocation. Safe for any
 * number of threads; one serves a whole process. Close it when done: that ends the threads on which structure is
 * parsed.
 *
 * <p>A text is remembered when it comes for the second time, so that texts seen once neither cost an insertion nor push
 * others out. Entries are found by a hash with a secret seed and compared byte by byte.
 */
public final class SqlAnalyzer implements AutoCloseable {
    /** The part of the memory that is for structures of texts that differ in constants. */
    private static final int STRUCTURE_SHARE = 4;
    /** No text may take more than this part of the memory. */
    private static final int TEXT_SHARE = 64;
    /** Has a bit of what most queries have. */
    static final String USUAL = """
            WITH recent AS (SELECT id, day FROM s.orders WHERE day >= $1 AND NOT closed)
            SELECT r.id, count(*) AS n, sum(i.price * 2), CASE WHEN max(i.x) IS NULL THEN 'a' ELSE 'b' END, i.y::text
            FROM recent AS r LEFT JOIN items i ON i.id = r.id
            WHERE r.day BETWEEN 1 AND 2 AND i.name LIKE 'a%' OR i.id IN (1, 2) OR EXISTS (SELECT 1 FROM t WHERE t.id = r.id)
            GROUP BY r.id HAVING count(*) > 1 ORDER BY 2 DESC LIMIT 10 OFFSET 5""";

    private final LexerLimits limits;
    private final int longestRemembered;
    private final Cache<TextKey, SqlAnalysis> remembered;
    private final Doorkeeper doorkeeper = new Doorkeeper();
    private final TextHash hash;
    private final ThreadLocal<Scratch> scratch;
    private final StructureParser parser;
    private final StructureMemory structures;

    SqlAnalyzer(SqlAnalyzerBuilder settings) {
        this.limits = settings.limits();
        this.longestRemembered = (int) Math.min(Integer.MAX_VALUE, settings.rememberedBytes() / TEXT_SHARE);
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(settings.rememberedBytes() - settings.rememberedBytes() / STRUCTURE_SHARE)
                .<TextKey, SqlAnalysis>weigher((key, analysis) -> analysis.weight())
                .executor(Runnable::run)
                .recordStats()
                .build();
        SecureRandom random = new SecureRandom();
        this.hash = new TextHash(random.nextLong(), random.nextLong());
        this.parser = new StructureParser(settings.structure());
        this.structures = new StructureMemory(parser, limits, settings.rememberedBytes() / STRUCTURE_SHARE);
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(limits));
    }

    /** {@return a builder with the defaults} */
    public static SqlAnalyzerBuilder builder() {
        return new SqlAnalyzerBuilder();
    }

    /**
     * {@return what a text does, with standard_conforming_strings on}
     *
     * @param sql any text
     */
    public SqlAnalysis analyze(String sql) {
        return analyze(sql, true);
    }

    /**
     * {@return what a text does}
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
     * {@return what a text does that came as bytes}
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
        SqlAnalysis analysis = SqlAnalysis.of(text, standardConformingStrings, this, mine);
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
        return SqlAnalysis.of(text, standardConformingStrings, this, mine);
    }

    /**
     * Has what structures are read with loaded, by a thread that reads them. In a JVM that has read none, the first
     * would have to wait a third of a second for it, and longer where processors are busy. Returns at once.
     */
    public void warmUp() {
        var unused = tree(analyze(USUAL).statements().get(0));
    }

    /** {@return how well it remembers; to be asked for now and then} */
    public AnalyzerStatistics statistics() {
        remembered.cleanUp();
        CacheStats stats = remembered.stats();
        long weight =
                remembered.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        return new AnalyzerStatistics(stats.hitCount(), stats.missCount(), remembered.estimatedSize(), weight);
    }

    CompletionStage<SqlTree> tree(AnalyzedStatement statement) {
        return structures.find(statement, statement.analysis().standardConformingStrings());
    }

    /** Called when an analysis has grown by a tree. */
    void weighAgain(SqlAnalysis analysis) {
        byte[] text = analysis.text().array();
        if (text.length > longestRemembered) {
            return; // a script would be hashed once for each of its statements
        }
        TextKey key = new TextKey()
                .pointTo(text, 0, text.length, analysis.standardConformingStrings(), hash.of(text, 0, text.length));
        remembered.asMap().replace(key, analysis, analysis);
    }

    LexerLimits limits() {
        return limits;
    }

    /**
     * Ends the threads that parse and forgets everything. Structures that are being looked for become unknown; not to
     * be called on an event loop. Texts may still be analysed, without structure.
     */
    @Override
    public void close() {
        parser.close();
        remembered.invalidateAll();
        structures.forget();
    }
}
