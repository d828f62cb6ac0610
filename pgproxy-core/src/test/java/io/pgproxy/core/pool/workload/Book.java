package io.pgproxy.core.pool.workload;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

/** Numbered by the table itself; belongs to an author. */
@Entity
@Table(name = "book", schema = "public")
class Book {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    Author author;

    @Column(nullable = false)
    String title;

    /** For Hibernate. */
    protected Book() {}

    Book(Author author, String title) {
        this.author = author;
        this.title = title;
    }
}
