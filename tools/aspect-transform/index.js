/*
 * Lets as-pect 8.1.0 read the syntax tree of AssemblyScript 0.28.
 *
 * as-pect's transform finds classes and their members by numeric node kinds, those of AssemblyScript 0.27. Release
 * 0.28.16 inserted TupleType among the types, so every later kind is one higher. This transform shows as-pect the
 * numbers it expects and restores them afterwards, even after an error.
 *
 * Source: NodeKind in assemblyscript/src/ast.ts; @as-pect/transform/lib/index.js.
 */
import AspectTransform from "@as-pect/transform";
import { NodeKind } from "assemblyscript";

/** The number that as-pect takes for a class declaration. */
const CLASS_DECLARATION_IN_ASPECT = 51;
const DRIFT = NodeKind.ClassDeclaration - CLASS_DECLARATION_IN_ASPECT;

/** All statements that as-pect looks at: those of a file and of its namespaces, and the members of their classes. */
function* declarations(statements) {
  for (const statement of statements) {
    if (statement.kind === NodeKind.ClassDeclaration) yield* statement.members;
    if (statement.kind === NodeKind.NamespaceDeclaration) yield* declarations(statement.members);
    yield statement;
  }
}

export default class ShiftedAspectTransform extends AspectTransform {
  afterParse(parser) {
    const nodes = parser.sources.flatMap((source) => [...declarations(source.statements)]);
    for (const node of nodes) node.kind -= DRIFT;
    try {
      super.afterParse(parser);
    } finally {
      for (const node of nodes) node.kind += DRIFT;
    }
  }
}
