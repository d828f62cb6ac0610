package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.RelationUse;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.BitSet;

/**
 * Compares our reading with JSqlParser's tree. Both must see the same relations at the same tokens, with the same
 * aliases and within the same SELECT, the same queries, common tables and calls.
 */
final class Agreement {
    private final Tokens tokens;
    private final Reading reading;
    private final Outline outline;

    private Agreement(Tokens tokens, Reading reading, Outline outline) {
        this.tokens = tokens;
        this.reading = reading;
        this.outline = outline;
    }

    /** Throws where the two differ. */
    static void check(Tokens tokens, Reading reading, Outline outline) {
        Agreement agreement = new Agreement(tokens, reading, outline);
        same(reading.relationTokens, outline.relations);
        same(reading.selectTokens, outline.selects);
        same(reading.commonTableTokens, agreement.withoutRecursive(outline.commonTables));
        agreement.calls();
        agreement.relations();
    }

    private static void same(BitSet ours, BitSet theirs) {
        if (!ours.equals(theirs)) {
            BitSet difference = (BitSet) ours.clone();
            difference.xor(theirs);
            throw new UnknownStructureException(Reason.READINGS_DIFFER, difference.nextSetBit(0));
        }
    }

    /** JSqlParser's first item begins with RECURSIVE. */
    private BitSet withoutRecursive(BitSet items) {
        BitSet names = new BitSet();
        for (int token = items.nextSetBit(0); token >= 0; token = items.nextSetBit(token + 1)) {
            names.set(reading.markOf(token) != Mark.NAME && tokens.is(token, Keyword.RECURSIVE) ? token + 1 : token);
        }
        return names;
    }

    /** Calls by name must be calls to both; what JSqlParser takes for calls beside them are words of the grammar. */
    private void calls() {
        BitSet theirs = new BitSet();
        for (int token = outline.calls.nextSetBit(0); token >= 0; token = outline.calls.nextSetBit(token + 1)) {
            if (reading.markOf(token) == Mark.NAME || tokens.keyword(token) == null) {
                theirs.set(token);
            }
        }
        same(reading.callTokens, theirs);
    }

    private void relations() {
        for (int index = 0; index < reading.relations.size(); index++) {
            Relation relation = reading.relations.get(index);
            int token = reading.tokenOfRelation(index);
            if (token < 0) {
                continue;
            }
            int alias = reading.aliasTokens.get(index);
            String theirs = outline.aliasOf.get(token);
            boolean sameAlias =
                    alias < 0 ? theirs == null : ParserText.name(alias).equals(theirs);
            boolean sameSelect = relation.use() != RelationUse.READ
                    || reading.levelTokens.get(relation.level()).equals(outline.selectOf.get(token));
            if (!sameAlias || !sameSelect) {
                throw new UnknownStructureException(Reason.READINGS_DIFFER, token);
            }
        }
    }
}
