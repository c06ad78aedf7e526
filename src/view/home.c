#include "view/home.h"

#include <stdlib.h>

#include "base/mem.h"
#include "view/top.h"

struct home {
	struct top *top;
	struct link *link;
};

struct home *home_new(struct top *t, struct link *l)
{
	struct home *h = mem_zalloc(sizeof(*h));

	*h = (struct home){ t, l };
	return h;
}

void home_free(struct home *h)
{
	free(h);
}

size_t home_height(const struct home *h, size_t width, size_t height)
{
	(void)h;
	(void)width;
	return height > 10 ? 1 : 0;
}

void home_draw(struct home *h, struct pane p)
{
	pane_text(p, 0, 0, STYLE_TITLE, h->link->name);
}
