package io.pgproxy.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pgproxy.examples.analyze.Report;
import io.pgproxy.examples.cli.Version;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For whoever asks why a statement was refused or routed: what the analyser knows of it. */
@Command(
        name = "analyze",
        description = "Tells for each statement of the standard input what it does, as one line of JSON.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class Analyze implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As many bytes as may be blank before the first that tells SQL from JSON. */
    private static final int LOOK_AHEAD = 1 << 16;

    private static final LexerLimits LIMITS = LexerLimits.DEFAULT;
    /** The byte order mark in UTF-8, with which some editors begin a file; psql skips it too. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    @Option(
            names = "--json",
            description =
                    "The input is JSON: an object with a field \"sql\" on each line, and one line is printed for each.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        InputStream in = new BufferedInputStream(System.in);
        skipMark(in);
        // System.out would hide that nobody reads any more.
        Writer out = new BufferedWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().limits(LIMITS).build()) {
            return json || beginsWithBrace(in) ? objects(in, out, analyzer) : statements(in, out, analyzer);
        } finally {
            out.flush();
        }
    }

    private static void skipMark(InputStream in) throws IOException {
        in.mark(MARK.length);
        if (!Arrays.equals(in.readNBytes(MARK.length), MARK)) {
            in.reset();
        }
    }

    /** No SQL begins so. */
    private static boolean beginsWithBrace(InputStream in) throws IOException {
        in.mark(LOOK_AHEAD);
        int first = in.read();
        for (int i = 1; i < LOOK_AHEAD && Character.isWhitespace(first); i++) {
            first = in.read();
        }
        in.reset();
        return first == '{';
    }

    /**
     * A server would take nothing of a text that is broken or too long. Whoever asks here wants to see the statements
     * in front of what is broken, and all of a long script.
     */
    private static int statements(InputStream in, Writer out, SqlAnalyzer analyzer) throws IOException {
        byte[] text = in.readAllBytes();
        int from = 0;
        while (from < text.length) {
            int to = text.length;
            SqlAnalysis analysis = analyzer.analyze(text, from, to, true);
            if (analysis.problem() != null) {
                int broken = behindLastSemicolon(text, from);
                if (broken > from) {
                    to = broken;
                    analysis = analyzer.analyze(text, from, to, true);
                }
            }
            print(analysis, out);
            from = to;
        }
        return 0;
    }

    private static void print(SqlAnalysis analysis, Writer out) throws IOException {
        for (AnalyzedStatement statement : analysis.statements()) {
            print(Report.of(statement), out);
        }
    }

    /** Behind the last one that can be read; where it begins if there is none. */
    private static int behindLastSemicolon(byte[] text, int from) {
        byte[] readable = Arrays.copyOfRange(text, from, (int) Math.min(text.length, (long) from + LIMITS.maxBytes()));
        Tokens tokens = new Tokens();
        new Lexer(LIMITS).read(readable, true, tokens);
        int token = tokens.count() - 1;
        while (token >= 0 && !tokens.is(token, TokenKind.SEMICOLON)) {
            token--;
        }
        return token < 0 ? from : from + tokens.end(token);
    }

    /** A line that is not understood has its line in the output too, so that the order stays. */
    private static int objects(InputStream in, Writer out, SqlAnalyzer analyzer) throws IOException {
        // A character for each byte: what is no UTF-8 is to be seen line by line.
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        int exitCode = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isBlank()) {
                continue;
            }
            String sql = sql(line);
            if (sql == null) {
                exitCode = 1;
                print(JSON.createObjectNode().put("error", "not a JSON object with a text in its field \"sql\""), out);
            } else {
                print(Report.of(analyzer.analyze(sql)), out);
            }
            if (!lines.ready()) {
                out.flush();
            }
        }
        return exitCode;
    }

    private static @Nullable String sql(String line) {
        try {
            ByteBuffer utf8 = ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1));
            String object = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
            JsonNode sql = JSON.readTree(object).get("sql");
            return sql != null && sql.isTextual() ? sql.textValue() : null;
        } catch (CharacterCodingException | JsonProcessingException e) {
            return null;
        }
    }

    private static void print(ObjectNode report, Writer out) throws IOException {
        out.write(JSON.writeValueAsString(report));
        out.write('\n');
    }
}
