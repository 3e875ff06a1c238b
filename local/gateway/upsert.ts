import {
  ColumnNode,
  ColumnUpdateNode,
  type KyselyPlugin,
  ReferenceNode,
  type RootOperationNode,
  TableNode,
} from 'kysely';
import { currentRequest } from './request-context.ts';

/**
 * PostgREST's upsert writes every posted column, the key among them, and so asks for the right to update them all; lite
 * leaves the key out, and would let through here what is refused there.
 */
export const upsertAsPostgrest: KyselyPlugin = {
  transformQuery: ({ node }) => (isUpsert(node) && isRestRequest() ? withKey(node) : node),
  transformResult: async ({ result }) => result,
};

type Upsert = Extract<RootOperationNode, { kind: 'InsertQueryNode' }>;

const isUpsert = (node: RootOperationNode): node is Upsert =>
  node.kind === 'InsertQueryNode' && node.onConflict?.updates !== undefined;

function isRestRequest(): boolean {
  const request = currentRequest.getStore();
  return request !== undefined && new URL(request.url).pathname.startsWith('/rest/v1/');
}

function withKey(node: Upsert): Upsert {
  const updates = (node.columns ?? []).map(({ column: { name } }) =>
    ColumnUpdateNode.create(
      ColumnNode.create(name),
      ReferenceNode.create(ColumnNode.create(name), TableNode.create('excluded')),
    ),
  );
  return { ...node, onConflict: { ...node.onConflict!, updates } };
}
