package io.pgproxy.core.internal.fanout;

import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.lexer.Constants;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a text that writes does the same on every server, as far as it tells: clocks, chance, sequences, what only
 * one server is, and rows that are picked without an order.
 *
 * <p>What no text shows remains: defaults of columns, triggers, functions of users, rows in the order of a heap.
 */
final class Determinism {
    private static final FunctionPolicy SAME_EVERYWHERE = FunctionPolicy.builder()
            .allow(FunctionEffect.values())
            .deny(FunctionEffect.NON_DETERMINISTIC, FunctionEffect.SEQUENCE)
            .allow("setval")
            .build();

    private static final Set<Keyword> PICKS = EnumSet.of(Keyword.LIMIT, Keyword.FETCH, Keyword.OFFSET);

    /** As the server reads dates and times: the moment when it reads them. */
    private static final Pattern MOMENT =
            Pattern.compile("\\s*(?:now|today|tomorrow|yesterday)(?:\\s[\\s0-9:.+-]*)?", Pattern.CASE_INSENSITIVE);

    private Determinism() {}

    /** {@return why not; null if there is no reason to think so} */
    static @Nullable PgError doubt(SqlAnalysis analysis) {
        for (AnalyzedStatement statement : analysis.statements()) {
            String why = writes(statement.facts()) ? why(statement, analysis.standardConformingStrings()) : null;
            if (why != null) {
                return PgError.of("0A000", "this may do something else on each writer: " + why)
                        .withHint("Read the value first, and write it as a constant or parameter.");
            }
        }
        return null;
    }

    private static boolean writes(Facts facts) {
        return switch (facts.family()) {
            case CURSOR -> false;
            case PREPARE -> facts.kind() == StatementKind.PREPARE && facts.access() != Access.READ;
            default -> Plan.of(facts) == Plan.TRANSACTION || Plan.of(facts) == Plan.IN_TURN;
        };
    }

    private static @Nullable String why(AnalyzedStatement statement, boolean standardConformingStrings) {
        for (FunctionName function : statement.facts().functions()) {
            if (SAME_EVERYWHERE.decide(function) instanceof FunctionVerdict.Refused) {
                return function.name() + " is another value there";
            }
        }
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT)
                .read(statement.sql().getBytes(StandardCharsets.UTF_8), standardConformingStrings, tokens);
        return why(tokens);
    }

    private static @Nullable String why(Tokens tokens) {
        int picks = 0;
        int orders = 0;
        for (int i = 0; i < tokens.count(); i++) {
            Keyword word = tokens.keyword(i);
            if (word != null && PICKS.contains(word)) {
                picks++;
            } else if (word == Keyword.ORDER) {
                orders++;
            } else if (word == null) {
                String constant = Constants.string(tokens, i);
                if (constant != null && MOMENT.matcher(constant).matches()) {
                    return "'" + constant.strip() + "' may be the time at which it is read";
                }
            }
        }
        return picks > 0 && orders == 0 ? "which rows LIMIT picks depends on their order, which is not given" : null;
    }
}
