/**
 * What a statement does, from its text alone.
 *
 * <pre>
 * text        SqlText             bytes of UTF-8, from {@link io.pgproxy.sql.SqlAnalyzer#analyze SqlAnalyzer.analyze}
 *   |         lexer.Lexer
 * tokens      lexer.Tokens        read to the end, or a LexicalProblem: then the whole text is unknown
 *   |         internal.text.Splitter
 * statements  AnalyzedStatement   all of them together are the {@link io.pgproxy.sql.SqlAnalysis SqlAnalysis}
 *   |         internal.classify.Classifier
 * facts       Facts               kind, access, effects, functions; at once, on the caller's thread
 *   |         structure.StructureParser
 * tree        structure.SqlTree   tables, columns, parameters and their places; when asked, on threads of its own
 * </pre>
 *
 * <p>Beside this, {@link io.pgproxy.sql.catalog} tells what the catalogue of a server adds to names and calls, and
 * {@link io.pgproxy.sql.structure.Rewriter} puts other text at the places of a tree.
 */
@NullMarked
package io.pgproxy.sql;

import org.jspecify.annotations.NullMarked;
