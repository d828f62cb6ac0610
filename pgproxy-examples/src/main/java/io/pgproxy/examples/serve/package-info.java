/** What the proxies have in common: where they listen, who comes in and how, and how they end. */
@NullMarked
package io.pgproxy.examples.serve;

import org.jspecify.annotations.NullMarked;
