package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import net.sf.jsqlparser.parser.CCJSqlParserTreeConstants;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.schema.Table;
import org.jspecify.annotations.Nullable;

/**
 * JSqlParser's view of a statement, told in our tokens: where relations, calls, queries and common tables begin. It is
 * taken from the tree of productions, which has a node for each of them whatever becomes of it afterwards, and not from
 * the objects, in which the parser loses some.
 */
final class Outline {
    private final ParserText text;

    final BitSet relations = new BitSet();
    final BitSet calls = new BitSet();
    final BitSet selects = new BitSet();
    final BitSet commonTables = new BitSet();
    /** For each relation the token of the SELECT around it, or -1. */
    final Map<Integer, Integer> selectOf = new HashMap<>();
    /** For each relation the alias that it got, as it was written for the parser. */
    final Map<Integer, String> aliasOf = new HashMap<>();

    private Outline(ParserText text) {
        this.text = text;
    }

    static Outline of(Node root, ParserText text) {
        Outline outline = new Outline(text);
        outline.add(root, null, -1);
        return outline;
    }

    private void add(Node node, @Nullable Node parent, int select) {
        int within = select;
        switch (node.getId()) {
            case CCJSqlParserTreeConstants.JJTTABLENAME -> {
                if (parent == null || parent.getId() != CCJSqlParserTreeConstants.JJTPRIMARYEXPRESSION) {
                    relation(node, select);
                }
            }
            case CCJSqlParserTreeConstants.JJTFUNCTION -> calls.set(token(node));
            case CCJSqlParserTreeConstants.JJTPLAINSELECT -> {
                within = token(node);
                selects.set(within);
            }
            case CCJSqlParserTreeConstants.JJTWITHITEM -> commonTables.set(token(node));
            default -> {}
        }
        for (int child = 0; child < node.jjtGetNumChildren(); child++) {
            add(node.jjtGetChild(child), node, within);
        }
    }

    private void relation(Node node, int select) {
        int token = token(node);
        relations.set(token);
        selectOf.put(token, select);
        if (node.jjtGetValue() instanceof Table table && table.getAlias() != null) {
            aliasOf.put(token, table.getAlias().getName());
        }
    }

    /** The parser counts from one. */
    private int token(Node node) {
        int token = text.tokenAt(node.jjtGetFirstToken().absoluteBegin - 1);
        if (token < 0) {
            throw new UnknownStructureException(Reason.NOT_REPRODUCED, -1);
        }
        return token;
    }
}
