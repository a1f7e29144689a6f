// chance - dice that fall the same way for the same seed, and words from them.
'use strict';

const { text, math } = require('../../../examples/sample/parts.js');

const words = ['water', 'harbour', 'ledger', 'orchard', 'signal', 'paper',
	'שלום', 'مرحبا', '日本語', '👩‍🚀', '🌊', 'e\u0301', 'é', '½', '\u200f(rtl)',
	'“quoted”', '</b>', 'a\\b', '100 %', 'Ünïcødé', '𝒳', '**stars**', '[x]'];
const colours = ['default', 'gray', 'brown', 'orange', 'yellow', 'green',
	'blue', 'purple', 'pink', 'red', 'gray_background', 'red_background',
	'default_background'];
const styles = ['bold', 'italic', 'strikethrough', 'underline', 'code'];

class Chance {
	constructor(seed) {
		this.state = (Number(seed) * 2654435761) >>> 0;
	}

	dice(sides) {
		this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
		return (this.state >>> 8) % sides;
	}

	pick(list) {
		return list[this.dice(list.length)];
	}

	some(list) {
		return list.filter(() => this.dice(2) === 0);
	}

	words(count) {
		return Array.from({ length: count }, () => this.pick(words)).join(' ');
	}

	colour() {
		return this.pick(colours);
	}

	// An item of rich text of any style, maybe a link, maybe an equation.
	item() {
		if (this.dice(12) === 0)
			return math(`a_{${this.dice(99)}} + b^2`);
		const style = Object.fromEntries(this.some(styles)
			.map((name) => [name, true]));
		return text(`${this.words(1 + this.dice(5))} `,
			{ ...style, color: this.colour() }, this.dice(5) === 0 ?
			    `https://example.org/${this.dice(999)}?a=1&b=2#c` : null);
	}

	text() {
		return Array.from({ length: this.dice(4) }, () => this.item());
	}
}

module.exports = { Chance };
