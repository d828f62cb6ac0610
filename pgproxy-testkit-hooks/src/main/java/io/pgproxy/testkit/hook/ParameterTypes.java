package io.pgproxy.testkit.hook;

import io.pgproxy.protocol.Oid;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How many parameters a statement has, and their types: as told, else text. */
final class ParameterTypes {
    private ParameterTypes() {}

    static List<Integer> of(String sql, List<Integer> told) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(text, true, tokens);
        int highest = told.size();
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.is(i, TokenKind.PARAMETER)) {
                int behindDollar = tokens.start(i) + 1;
                int length = tokens.end(i) - behindDollar;
                highest = Math.max(
                        highest, Integer.parseInt(new String(text, behindDollar, length, StandardCharsets.US_ASCII)));
            }
        }
        List<Integer> types = new ArrayList<>(told);
        types.replaceAll(type -> type == 0 ? Oid.TEXT : type);
        while (types.size() < highest) {
            types.add(Oid.TEXT);
        }
        return List.copyOf(types);
    }
}
