/** The program of docs/routing.md. */
@NullMarked
package io.pgproxy.core.fanout.documents;

import org.jspecify.annotations.NullMarked;
