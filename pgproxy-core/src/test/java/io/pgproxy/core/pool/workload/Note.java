package io.pgproxy.core.pool.workload;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What an author has last noted, under a key that the application gives. */
@Entity
@Table(name = "note", schema = "public")
class Note {
    @Id
    String author;

    String text;

    /** For Hibernate. */
    protected Note() {}

    Note(String author, String text) {
        this.author = author;
        this.text = text;
    }
}
