package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.Arrays;

/** Finds the structure of one statement in the calling thread. Never throws. */
public final class StructureReading {
    private final byte[] text;
    private final int from;
    private final int to;
    private final boolean standardConformingStrings;
    private final Facts facts;

    /**
     * A statement.
     *
     * @param text holds the statement, and is not to be changed
     * @param from the offset of its first byte
     * @param to the offset behind its last byte
     * @param standardConformingStrings the server's setting
     * @param facts what is known of the statement, which the structure must not contradict
     */
    public StructureReading(byte[] text, int from, int to, boolean standardConformingStrings, Facts facts) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.standardConformingStrings = standardConformingStrings;
        this.facts = facts;
    }

    /**
     * Reads it.
     *
     * @param limits what is too complex
     * @param deadline the {@link System#nanoTime} at which to give up
     */
    public SqlTree read(LexerLimits limits, long deadline) {
        Tokens tokens = new Tokens();
        Reading reading = null;
        try {
            byte[] statement = from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to);
            new Lexer(limits).read(statement, standardConformingStrings, tokens);
            if (tokens.problem() != null) {
                Reason reason = tokens.problem().isTooComplex() ? Reason.TOO_COMPLEX : Reason.LEXICAL_PROBLEM;
                return new UnknownTree(reason, from + tokens.start(tokens.count()));
            }
            int first = Wrapping.queryStart(tokens);
            int last = Wrapping.queryEnd(tokens, first);
            reading = new Reading(tokens, from, last);
            return read(tokens, first, last, reading, new Deadline(deadline));
        } catch (UnknownStructureException e) {
            int offset = reading == null ? from : reading.offset(e.token());
            return new UnknownTree(e.reason(), offset);
        } catch (StackOverflowError e) {
            return new UnknownTree(Reason.TOO_COMPLEX, -1);
        } catch (RuntimeException e) {
            return new UnknownTree(Reason.PARSER_FAILED, -1);
        }
    }

    private SqlTree read(Tokens tokens, int first, int last, Reading reading, Deadline deadline) {
        deadline.check();
        Brackets brackets = Brackets.of(tokens, first, last);
        Cursor cursor = new Cursor(tokens, last, brackets, reading);
        cursor.at = first;
        new QueryReader(cursor).statement();
        checkFacts(reading);
        ParserText parserText = ParserText.of(tokens, first, last, reading);
        Agreement.check(tokens, reading, GuardedParser.parse(parserText, deadline));
        return reading.tree();
    }

    /** What is called a read must not lock or write, and what is called either must be seen to do it. */
    private void checkFacts(Reading reading) {
        Access access = facts.access();
        boolean agrees = switch (access) {
            case READ -> !reading.writes && !reading.locks;
            case LOCK -> !reading.writes && reading.locks;
            case WRITE -> reading.writes;
            case NONE, BY_NAME, UNKNOWN -> false;
        };
        if (!agrees) {
            throw new UnknownStructureException(Reason.FACTS_DIFFER, -1);
        }
    }
}
