import {
  ExpressionContext,
  InListContext,
  TrinoSqlParser,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { TrinoSQL } from "dt-sql-parser/dist/parser/trino";

const isNumber: ReadonlySet<number> = new Set([
  TrinoSqlParser.INTEGER_VALUE,
  TrinoSqlParser.DECIMAL_VALUE,
  TrinoSqlParser.DOUBLE_VALUE,
]);
const COMMA = TrinoSqlParser.T__2;
const CLOSING = TrinoSqlParser.T__1;

/** A number or text that is a whole item of an IN list. Its children are tokens. */
export class ListedLiteralContext extends ExpressionContext {
  get isNumber(): boolean {
    return isNumber.has(this.stop?.type ?? -1);
  }
}

/** Lists have thousands of items. The grammar's rules would make seven nodes of each. */
class Parser extends TrinoSqlParser {
  override expression(): ExpressionContext {
    const tokens = this.literalTokens();
    if (!tokens) return super.expression();
    const node = new ListedLiteralContext(this.context, this.state);
    this.enterRule(node, this.state, TrinoSqlParser.RULE_expression);
    for (const token of tokens) this.match(token);
    this.exitRule();
    return node;
  }

  /** The types of the next tokens if they are a literal that ends at a comma or the list's bracket. */
  private literalTokens(): readonly number[] | undefined {
    if (!(this.context instanceof InListContext)) return undefined;
    const sign = this.tokenStream.LA(1) === TrinoSqlParser.MINUS ? [TrinoSqlParser.MINUS] : [];
    const literal = this.tokenStream.LA(sign.length + 1);
    const next = this.tokenStream.LA(sign.length + 2);
    const isLiteral = isNumber.has(literal) || (literal === TrinoSqlParser.STRING && sign.length === 0);
    return isLiteral && (next === COMMA || next === CLOSING) ? [...sign, literal] : undefined;
  }
}

type Tokens = Parameters<TrinoSQL["createParserFromTokenStream"]>[0];

const END = -1;

export class Grammar extends TrinoSQL {
  override createParserFromTokenStream(tokens: Tokens): TrinoSqlParser {
    return new Parser(tokens);
  }

  /** Gives each token its text. ANTLR would put it together from code points each time that a node's text is read. */
  override createParser(...[input, listener]: Parameters<TrinoSQL["createParser"]>): TrinoSqlParser {
    const parser = super.createParser(input, listener);
    const tokens = parser.tokenStream as Tokens;
    // Their positions count code points.
    if (!/[\ud800-\udfff]/.test(input))
      for (const token of tokens.getTokens())
        if (token.type !== END) token.text = input.slice(token.start, token.stop + 1);
    return parser;
  }
}
