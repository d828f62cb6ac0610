package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.nio.charset.StandardCharsets;
import net.sf.jsqlparser.parser.AbstractJSqlParser.Dialect;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.util.deparser.StatementDeParser;

/**
 * Runs JSqlParser on a text of ours in the calling thread, and believes it only if it took all of the text and can
 * write it down again token by token. ({@code CCJSqlParserUtil.parse} would start a thread for each call.)
 */
final class GuardedParser {
    private static final LexerLimits UNLIMITED =
            new LexerLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    private GuardedParser() {}

    /** Throws {@link UnknownStructureException} for whatever the parser does not understand or not give back. */
    static Outline parse(ParserText text, Deadline deadline) {
        String sql = text.toString();
        CCJSqlParser parser = new CCJSqlParser(new StringProvider(sql));
        parser.withConfiguration(deadline);
        parser.withDialect(Dialect.POSTGRESQL);
        parser.withAllowComplexParsing(false);
        parser.withUnsupportedStatements(false);
        try {
            Statement statement = parser.Statement();
            if (parser.getNextToken().kind != CCJSqlParserConstants.EOF) {
                throw new UnknownStructureException(Reason.NOT_REPRODUCED, -1);
            }
            deadline.check();
            StringBuilder written = new StringBuilder(sql.length());
            statement.accept(new StatementDeParser(written));
            deadline.check();
            compare(sql, written.toString());
            return Outline.of(parser.getASTRoot(), text);
        } catch (UnknownStructureException e) {
            throw e;
        } catch (ParseException | RuntimeException e) {
            // A TokenMgrException, or a fault within, such as a MERGE that it reads but cannot write: the same each
            // time.
            throw new UnknownStructureException(Reason.NOT_PARSED, -1);
        }
    }

    /** Only the case of keywords and the blanks between tokens may differ. */
    private static void compare(String given, String written) {
        Tokens before = tokens(given);
        Tokens after = tokens(written);
        int count = before.count();
        if (count != after.count() || before.problem() != null || after.problem() != null) {
            throw new UnknownStructureException(Reason.NOT_REPRODUCED, -1);
        }
        for (int token = 0; token < count; token++) {
            if (!same(before, after, token)) {
                throw new UnknownStructureException(Reason.NOT_REPRODUCED, -1);
            }
        }
    }

    private static Tokens tokens(String text) {
        Tokens tokens = new Tokens();
        new Lexer(UNLIMITED).read(text.getBytes(StandardCharsets.UTF_8), true, tokens);
        return tokens;
    }

    private static boolean same(Tokens one, Tokens other, int token) {
        int start = one.start(token);
        int otherStart = other.start(token);
        int length = one.end(token) - start;
        if (one.kind(token) != other.kind(token) || other.end(token) - otherStart != length) {
            return false;
        }
        for (int at = 0; at < length; at++) {
            if (Character.toLowerCase(one.text()[start + at]) != Character.toLowerCase(other.text()[otherStart + at])) {
                return false;
            }
        }
        return true;
    }
}
