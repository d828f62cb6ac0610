package io.pgproxy.sql;

/**
 * How well a {@link SqlAnalyzer} remembers.
 *
 * @param hits look-ups that found their text, since the analyzer was made
 * @param misses look-ups that did not
 * @param rememberedTexts how many texts are remembered now
 * @param rememberedBytes what they take of the heap, by the estimate that the bound is held with
 */
public record AnalyzerStatistics(long hits, long misses, long rememberedTexts, long rememberedBytes) {}
