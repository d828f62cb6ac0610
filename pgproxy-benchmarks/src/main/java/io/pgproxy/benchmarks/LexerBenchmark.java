package io.pgproxy.benchmarks;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.internal.classify.Classifier;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to know a statement: another one of the corpus each time, so that the percentiles are those of
 * statements, and no branch is predicted from the same text read before. The clock's own time is in each sample.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LexerBenchmark {
    private final Corpus corpus = new Corpus();
    private final byte[][] texts = new byte[corpus.size()][];
    private final Lexer lexer = new Lexer(LexerLimits.DEFAULT);
    private final Tokens tokens = new Tokens();
    private final Classifier classifier = new Classifier();

    /** Turns the corpus into what comes off the wire. */
    public LexerBenchmark() {
        for (int i = 0; i < texts.length; i++) {
            texts[i] = corpus.text(i).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What is in all other figures: the clock and the next text. */
    @Benchmark
    public byte[] nothing() {
        return texts[corpus.next()];
    }

    /** The tokens of a statement. */
    @Benchmark
    public int lex() {
        lexer.read(texts[corpus.next()], true, tokens);
        return tokens.count();
    }

    /** The tokens, and from them what the statement does. */
    @Benchmark
    public Facts lexAndClassify() {
        lexer.read(texts[corpus.next()], true, tokens);
        return classifier.classify(tokens, 0, tokens.count());
    }

    /** The tree that JSqlParser makes of the same text; null for what it does not understand. */
    @Benchmark
    public @Nullable Object parse() {
        try {
            return new CCJSqlParser(corpus.text(corpus.next())).Statement();
        } catch (ParseException | RuntimeException e) {
            return null;
        }
    }

    /** The same by JSqlParser's own entry point, which starts a thread for each parse and tries twice. */
    @Benchmark
    public @Nullable Object parseByEntryPoint() {
        try {
            return CCJSqlParserUtil.parse(corpus.text(corpus.next()));
        } catch (JSQLParserException | RuntimeException e) {
            return null;
        }
    }
}
