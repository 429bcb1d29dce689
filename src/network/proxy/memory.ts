// Session affinity: which endpoint a client had last, kept beside the API.

/** `name`: of the port of a Service (portKey), or of a virtual server. */
export const affinityKey = (node: string, name: string, client: string): string => `affinity/${node}/${name}/${client}`;
