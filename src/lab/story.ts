// The demo's script: the three texts that kubelab grew from, told by commands. Rows are those of the README's list.
export interface Step {
  /** As typed; quotes as in a shell, no pipes. */
  readonly run: string;
  readonly stdin?: string;
  /** Exit code that the story expects; default 0. */
  readonly exits?: number;
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      containers:
      - name: nginx
        image: nginx
        ports:
        - name: http
          containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - port: 80
    targetPort: http
`;

const nodePort = `apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  type: NodePort
  selector: {app: web, tier: front}
  ports:
  - port: 80
    targetPort: 80
    nodePort: 30008
`;

const dashed = `apiVersion: v1
kind: Service
metadata:
  name: pasted
spec:
  ports:
  — name: http
    port: 80
`;

export const story: readonly Chapter[] = [
  {
    title: 'A Deployment and a Service (S1, S9, S19, S22)',
    steps: [
      { run: 'kubectl apply -f -', stdin: deployment },
      { run: 'kubectl rollout status deployment/web' },
      { run: 'kubectl get deployments,replicasets,pods' },
      { run: 'kubectl get services' },
      { run: 'kubectl get endpointslices' },
      { run: 'kubectl describe service web' },
    ],
  },
  {
    title: 'The packet, from inside and from outside (S1, S12, S20)',
    steps: [
      { run: 'kubelab curl -s http://web' },
      { run: 'kubelab curl --trace -s -o /dev/null http://web' },
      { run: 'kubelab curl --from outside -sS -m 2 http://web', exits: 6 },
    ],
  },
  {
    title: 'Names and variables (S10, S11)',
    steps: [
      { run: 'kubectl run client --image=busybox:1.36 -- sleep 3600' },
      { run: 'kubectl wait --for=condition=Ready pod/client' },
      { run: 'kubectl exec client -- cat /etc/resolv.conf' },
      { run: 'kubectl exec client -- nslookup web.default.svc.cluster.local' },
      { run: 'kubectl exec client -- wget -qO- http://web.default' },
      { run: 'kubectl exec client -- env' },
    ],
  },
  {
    title: 'Pods come and go, the Service stays (S7, S8, S9)',
    steps: [
      { run: 'kubectl scale deployment web --replicas=1' },
      { run: 'kubectl get endpointslices -l kubernetes.io/service-name=web' },
      { run: 'kubectl delete pods -l app=web' },
      { run: 'kubectl rollout status deployment/web' },
      { run: 'kubectl get pods -l app=web -o wide' },
      { run: 'kubectl get endpointslices -l kubernetes.io/service-name=web' },
      { run: 'kubelab curl -s -o /dev/null -w "%{http_code}\\n" http://web' },
      { run: 'kubectl label pods -l app=web app=other --overwrite' },
      { run: 'kubectl rollout status deployment/web' },
      { run: 'kubectl get pods --show-labels' },
    ],
  },
  {
    title: 'NodePort: every node answers (S2, S7)',
    steps: [
      { run: 'kubectl apply -f -', stdin: nodePort },
      { run: 'kubectl get service my-service' },
      { run: 'kubelab curl --from outside -s -o /dev/null -w "%{http_code}\\n" http://172.30.1.2:30008' },
      { run: 'kubelab curl --from outside -s -o /dev/null -w "%{http_code}\\n" http://172.30.1.4:30008' },
    ],
  },
  {
    title: 'expose, and a page that was pasted with an em dash (S18, S21)',
    steps: [
      { run: 'kubectl expose deployment web --name=exposed --port=8080 --target-port=80' },
      { run: 'kubectl get service exposed' },
      { run: 'kubectl apply -f -', stdin: dashed, exits: 1 },
      { run: 'kubectl get services' },
    ],
  },
];
