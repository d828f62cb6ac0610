/**
 * PostgreSQL's lexical rules: a text in, the offsets of its tokens out; and the values of names and string constants.
 *
 * <p>The rules are those of {@code scan.l} in PostgreSQL 14 to 18. Where these differ:
 *
 * <table>
 * <caption>Differences between versions, and what is read here</caption>
 * <tr><th>text</th><th>servers</th><th>here</th></tr>
 * <tr><td>{@code 0x1F}, {@code 1_000}</td><td>a number from 16 on, refused by 15, a number and a name to 14</td>
 *     <td>a number, or refused: {@link io.pgproxy.sql.lexer.Lexer} takes a version</td></tr>
 * <tr><td>{@code $1_0}</td><td>a parameter to 16, a parameter and a name to 14, refused by the others</td>
 *     <td>as {@code 1_000}</td></tr>
 * <tr><td>{@code 1into}, {@code 1e+}, {@code $1a}</td><td>refused from 15 on, two tokens to 14</td>
 *     <td>refused</td></tr>
 * <tr><td>{@code 0x1$}, {@code 0b12}, {@code 1_0$}, {@code 1e5$}, {@code 1_0..}</td>
 *     <td>refused by some, tokens to others that no grammar takes</td><td>refused</td></tr>
 * <tr><td>vertical tab</td><td>a blank from 17 on, refused until then</td><td>a blank</td></tr>
 * <tr><td>{@code E'\v'}</td><td>a vertical tab from 17 on, the letter until then</td>
 *     <td>a string whose value is not known</td></tr>
 * <tr><td>keywords</td><td>each version adds some</td>
 *     <td>all are keywords, and {@link io.pgproxy.sql.lexer.Keyword#category} knows where</td></tr>
 * </table>
 *
 * <p>What the server refuses after it has found where a token ends (bad escapes, bit strings of other digits, numbers
 * of parameters that are too large, an escape character that is none, {@code backslash_quote}) is read here as if it
 * did not: a text that never runs does no harm.
 */
@NullMarked
package io.pgproxy.sql.lexer;

import org.jspecify.annotations.NullMarked;
