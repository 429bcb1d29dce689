// The verbs that most kinds serve, in discovery's order. Kinds that lack one say so in their own file.
export const allVerbs: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
