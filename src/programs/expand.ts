// $(VAR) in commands, arguments and environment values. Mirrors k8s.io/kubernetes/third_party/forked/golang/expansion.

/** $(NAME) becomes the value when there is one, $$ becomes $, anything else stays. */
export function expand(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (whole === '$$') return '$';
    return valueOf(name ?? '') ?? whole;
  });
}
