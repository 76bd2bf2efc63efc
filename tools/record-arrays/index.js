/*
 * Arrays in the records of assembly/abi. AssemblyScript has no arrays inside records, so this compiler transform
 * replaces
 *
 *     @bytes(WHERE_SIZE)
 *     where: bytes;
 *
 * with that many fields of one byte each, the first of them called `where`; `words` have eight bytes each. So
 * offsetof<CellReport>("where") is the offset of the array, and offsetof<CellReport>() includes all of it. The size is
 * a number, or the name of a constant of assembly/abi. Without this transform such a record does not compile: there is
 * no type `bytes`.
 */
import { LiteralKind, Node, NodeKind } from "assemblyscript";

/** Arrays by name, and the type of their elements. */
const ARRAYS = { bytes: "u8", words: "u64" };
/** The folder of the constants, as the project and the cells' compiler name it. */
const ABI = /(^|\/)abi\//;

const isNumber = (node) => node.kind === NodeKind.Literal && node.literalKind === LiteralKind.Integer;
const numberOf = (literal) => literal.value.low >>> 0;

/** The constants of assembly/abi that are whole numbers. */
function constantsOf(sources) {
  const constants = new Map();
  const statements = sources
    .filter(({ normalizedPath }) => ABI.test(normalizedPath))
    .flatMap((each) => each.statements);
  for (const { declarations } of statements.filter(({ kind }) => kind === NodeKind.Variable))
    for (const { name, initializer } of declarations)
      if (initializer && isNumber(initializer)) constants.set(name.text, numberOf(initializer));
  return constants;
}

/** The fields that a member of a class stands for. */
function expand(member, constants) {
  const decorator = member.decorators?.find(({ name }) => Object.hasOwn(ARRAYS, name.text));
  if (!decorator) return [member];
  const [argument] = decorator.args ?? [];
  const size = argument && (isNumber(argument) ? numberOf(argument) : constants.get(argument.text));
  const { name, flags, range } = member;
  if (!size) throw new Error(`${range.source.normalizedPath}: the array ${name.text} has no size`);
  return Array.from({ length: size }, (_, index) => {
    const field = index === 0 ? name : Node.createIdentifierExpression(`${name.text}_${index}`, range);
    const element = Node.createSimpleTypeName(ARRAYS[decorator.name.text], range);
    const type = Node.createNamedType(element, null, false, range);
    return Node.createFieldDeclaration(field, null, flags, type, null, range);
  });
}

/** The transform, in the form that the compiler expects. */
export default class RecordArrays {
  afterParse({ sources }) {
    const constants = constantsOf(sources);
    for (const statement of sources.flatMap((source) => source.statements))
      if (statement.kind === NodeKind.ClassDeclaration)
        statement.members = statement.members.flatMap((member) => expand(member, constants));
  }
}
