package org.e2spark.train;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.e2spark.optim.Adam;
import org.e2spark.optim.AdamW;
import org.e2spark.optim.Sgd;

/** An optimiser as JSON carries its name in {@code "rule"}. */
@Retention(RetentionPolicy.RUNTIME)
@JacksonAnnotationsInside
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Adam.class, name = "adam"),
  @JsonSubTypes.Type(value = AdamW.class, name = "adamw"),
  @JsonSubTypes.Type(value = Sgd.class, name = "sgd")
})
@interface OptimizerJson {}
