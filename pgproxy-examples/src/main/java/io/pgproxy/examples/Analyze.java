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
import io.pgproxy.sql.SqlText;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
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
    /** As many characters as may be blank before the first that tells SQL from JSON. */
    private static final int LOOK_AHEAD = 1 << 16;

    @Option(
            names = "--json",
            description =
                    "The input is JSON: an object with a field \"sql\" on each line, and one line is printed for each.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            return json || beginsWithBrace(in) ? objects(in, out, analyzer) : statements(in, out, analyzer);
        } finally {
            out.flush();
        }
    }

    /** No SQL begins so. */
    private static boolean beginsWithBrace(BufferedReader in) throws IOException {
        in.mark(LOOK_AHEAD);
        int first = in.read();
        for (int i = 1; i < LOOK_AHEAD && Character.isWhitespace(first); i++) {
            first = in.read();
        }
        in.reset();
        return first == '{';
    }

    private static int statements(BufferedReader in, Writer out, SqlAnalyzer analyzer) throws IOException {
        StringBuilder text = new StringBuilder();
        char[] part = new char[8192];
        for (int length = in.read(part); length >= 0; length = in.read(part)) {
            text.append(part, 0, length);
        }
        SqlText sql = SqlText.of(text.toString());
        SqlAnalysis analysis = analyzer.analyze(sql.string());
        if (analysis.problem() == null) {
            return print(analysis, out);
        }
        // A server would take none of it. Whoever asks here wants to see the statements in front of the broken one.
        int broken = behindLastSemicolon(sql);
        print(analyzer.analyze(sql.string(0, broken)), out);
        return print(analyzer.analyze(sql.string(broken, sql.length())), out);
    }

    private static int print(SqlAnalysis analysis, Writer out) throws IOException {
        for (AnalyzedStatement statement : analysis.statements()) {
            print(Report.of(statement), out);
        }
        return 0;
    }

    private static int behindLastSemicolon(SqlText sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.bytes(), true, tokens);
        int token = tokens.count() - 1;
        while (token >= 0 && !tokens.is(token, TokenKind.SEMICOLON)) {
            token--;
        }
        return token < 0 ? 0 : tokens.end(token);
    }

    /** A line that is not understood has its line in the output too, so that the order stays. */
    private static int objects(BufferedReader in, Writer out, SqlAnalyzer analyzer) throws IOException {
        int exitCode = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
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
            if (!in.ready()) {
                out.flush();
            }
        }
        return exitCode;
    }

    private static @Nullable String sql(String line) {
        try {
            JsonNode sql = JSON.readTree(line).get("sql");
            return sql != null && sql.isTextual() ? sql.textValue() : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static void print(ObjectNode report, Writer out) throws IOException {
        out.write(JSON.writeValueAsString(report));
        out.write('\n');
    }
}
