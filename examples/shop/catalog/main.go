// Command catalog answers what there is to buy.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

type product struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Text  string `json:"text"`
	Price int    `json:"price"` // in hundredths
}

var bounds = []float64{0.005, 0.025, 0.1, 0.5, 1, 2.5}

// metrics counts requests, by path and status, and how long they took.
type metrics struct {
	sync.Mutex
	requests map[[2]string]int
	buckets  map[string][]int
	sums     map[string]float64
	counts   map[string]int
}

func (m *metrics) add(path string, status int, took time.Duration) {
	m.Lock()
	defer m.Unlock()
	m.requests[[2]string{path, strconv.Itoa(status)}]++
	if m.buckets[path] == nil {
		m.buckets[path] = make([]int, len(bounds))
	}
	for i, bound := range bounds {
		if took.Seconds() <= bound {
			m.buckets[path][i]++
		}
	}
	m.sums[path] += took.Seconds()
	m.counts[path]++
}

func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	m.Lock()
	defer m.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# TYPE shop_requests_total counter")
	for key, count := range m.requests {
		fmt.Fprintf(w, "shop_requests_total{path=%q,status=%q} %d\n", key[0], key[1], count)
	}
	fmt.Fprintln(w, "# TYPE shop_request_seconds histogram")
	for path, buckets := range m.buckets {
		for i, bound := range bounds {
			fmt.Fprintf(w, "shop_request_seconds_bucket{path=%q,le=\"%g\"} %d\n", path, bound, buckets[i])
		}
		fmt.Fprintf(w, "shop_request_seconds_bucket{path=%q,le=\"+Inf\"} %d\n", path, m.counts[path])
		fmt.Fprintf(w, "shop_request_seconds_sum{path=%q} %g\n", path, m.sums[path])
		fmt.Fprintf(w, "shop_request_seconds_count{path=%q} %d\n", path, m.counts[path])
	}
}

// measured counts what a handler answers, under its pattern rather than the
// path that was asked for: there are few of the one and many of the other.
func (m *metrics) measured(pattern string, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		handler(recorder, r)
		m.add(pattern, recorder.status, time.Since(start))
	}
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Print(err)
	}
}

func main() {
	content, err := os.ReadFile(os.Getenv("PRODUCTS"))
	if err != nil {
		log.Fatal(err)
	}
	var products []product
	if err := json.Unmarshal(content, &products); err != nil {
		log.Fatal(err)
	}
	counts := &metrics{
		requests: map[[2]string]int{},
		buckets:  map[string][]int{},
		sums:     map[string]float64{},
		counts:   map[string]int{},
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", counts)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /products", counts.measured("/products", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, products)
	}))
	mux.HandleFunc("GET /products/{id}", counts.measured("/products/{id}", func(w http.ResponseWriter, r *http.Request) {
		for _, one := range products {
			if one.ID == r.PathValue("id") {
				answer(w, one)
				return
			}
		}
		http.NotFound(w, r)
	}))
	server := &http.Server{Addr: ":" + os.Getenv("PORT"), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
