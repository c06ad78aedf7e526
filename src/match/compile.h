/*
 * Between the files of the compiler: nodes -> a match specification, as ms_transform of
 * OTP 27 makes it of Erlang's forms.
 */
#ifndef MATCH_COMPILE_H
#define MATCH_COMPILE_H

#include "match/bif.h"
#include "match/parse.h"

/* A variable of a head. */
struct variable {
	struct text name;
	struct text atom; /* what stands for it: '$1', '$_', '_' */
	size_t at;
	size_t uses; /* in guards and actions */
	bool twice;  /* it stands more than once in the head */
};

/* Variables that a head may have. */
#define VARIABLES_MAX 1000

/* Warnings that are kept. */
#define WARNINGS_MAX 50

struct compiler {
	struct match_parse *p;
	const struct match_options *o;
	struct match *m;
	bool elixir;                /* how reasons and rewritings are written */
	bool body;                  /* among actions; else in a guard */
	struct variable *variables; /* [nvariables] the newest last: it hides others */
	size_t nvariables;
	const struct match_node *head;  /* of the clause */
	size_t nnames;                  /* that were looked for in heads */
	bool named;                     /* one of this condition is hardly meant */
	unsigned next;                  /* of '$N' */
	struct match_warning *warnings; /* [nwarnings] */
	size_t nwarnings;
};

/* Room for variables and warnings; the warnings given to the match. */
void compile_begin(struct compiler *c);
void compile_end(struct compiler *c);
/* The words that an action, as it stands in a specification, asks the same as. */
unsigned compile_words(const struct term *action);

/* What became of an expression. */
struct compiled {
	struct term term;  /* as it stands in the specification */
	bool constant;     /* it is a value that operators can be computed of */
	struct term value; /* that value: without {{...}} */
};

struct term make_atom(const char *name);
struct term make_text_atom(struct text name);
/* Items live in the arena. */
struct term make_tuple(struct compiler *c, const struct term *items, size_t n);
struct term make_nil(void);
/* Of n items and a tail behind them; one that is a list goes on in this one. */
struct term make_list(struct compiler *c, const struct term *items, size_t n);
/* Of pairs; of keys that are equal the last one stays. */
struct term make_map(struct compiler *c, const struct term *items, size_t n);

/* check.c */
void compile_warn(struct compiler *c, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What always fails in operators and calls, by their compiled arguments; n: those of the
 * text. */
void compile_check_operator(struct compiler *c, struct text op,
			    const struct match_node *n, const struct term *args,
			    size_t nargs, size_t at);
/* Fails at arguments that do harm. */
bool compile_check_call(struct compiler *c, const struct match_node *n,
			const struct bif *bif, const struct term *args);
void compile_check_condition(struct compiler *c, const struct match_node *n,
			     const struct term *t);
void compile_check_action(struct compiler *c, const struct match_node *n,
			  const struct term *t);
void compile_check_variables(struct compiler *c);
/* Of a head: has it as many arguments as the function that is named with it? */
void compile_check_arity(struct compiler *c, size_t at, const struct term *head);
/* at: of the clause that is the last of those so far, from the first of its own on. */
void compile_check_reached(struct compiler *c, size_t at, const struct term *clauses,
			   size_t first);
void compile_sort_warnings(struct compiler *c);

/* check_name.c: a literal that looks as if a variable was meant, where only that makes
 * sense: warns, and is true. Of what stands there itself, of operands, of arguments. */
bool compile_check_name(struct compiler *c, const struct match_node *n);
bool compile_check_operands(struct compiler *c, struct text op,
			    const struct match_node *items, size_t n);
bool compile_check_arguments(struct compiler *c, const struct match_node *call,
			     const struct bif *bif);

/* compile.c: the newest variable of that name; NULL when there is none. */
struct variable *variable_find(struct compiler *c, struct text name);

/* compile_head.c */
bool compile_head(struct compiler *c, const struct match_node *n, struct term *out);

/* compile_expr.c */
bool compile_expr(struct compiler *c, const struct match_node *n, struct compiled *out);
/* The same of a whole condition of a guard. */
bool compile_condition(struct compiler *c, const struct match_node *n,
		       struct compiled *out);

/* Why a function can't be called. n: its module, its name, how many arguments. */
bool compile_fail_unknown(struct compiler *c, const struct match_node *n);

/* compile_record.c */
const struct match_record *record_find(struct compiler *c, const struct match_node *n,
				       struct text name);
bool compile_record_head(struct compiler *c, const struct match_node *n,
			 bool (*each)(struct compiler *c, const struct match_node *n,
				      struct term *out),
			 struct term *out);
bool compile_record(struct compiler *c, const struct match_node *n, struct term *out);
bool compile_field(struct compiler *c, const struct match_node *n, struct compiled *out);

/* fold.c: an operator of values, as Erlang computes it. False when that fails. */
bool fold_unary(struct compiler *c, struct text op, const struct term *a,
		struct term *out);
bool fold_binary(struct compiler *c, struct text op, const struct term *a,
		 const struct term *b, struct term *out);

#endif
