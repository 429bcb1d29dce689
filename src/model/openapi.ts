// What `explain` reads of a kind: the part of an OpenAPI document that it shows. Made by cluster/openapi.ts.

/** The shape of a value. A "ref" names a type of the document; `as` is the primitive that a ref to a string-like type stands for. */
export type Shape =
  | { readonly kind: 'primitive'; readonly type: string }
  | { readonly kind: 'array' | 'map'; readonly of: Shape }
  | { readonly kind: 'ref'; readonly name: string; readonly as?: string };

export interface OpenAPIField {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly description: string;
  readonly enum?: readonly string[];
}

export interface OpenAPIType {
  /** "ServicePort": without the package. */
  readonly name: string;
  readonly description: string;
  /** Sorted by name. */
  readonly fields: readonly OpenAPIField[];
}

export interface OpenAPIDocument {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The type of the kind itself. */
  readonly root: string;
  readonly types: Readonly<Record<string, OpenAPIType>>;
}
